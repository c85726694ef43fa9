// The frame of a screen: its heading with actions, and what it shows when there is an error or nothing.
import type { ComponentChildren } from 'preact';
import type { ControlFailure } from '../client.ts';
import { Icon, type IconName } from './icon.tsx';

export interface ScreenProps {
  /** What follows the screen in the address: "#/traffic/<exchange>" has one. */
  readonly segments: readonly string[];
}

interface PageHeaderProps {
  /** The label of the screen in the navigation. */
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Navigation moves the focus to the heading, so that a screen reader says where one is. */
export function PageHeader({ title, children }: PageHeaderProps) {
  return (
    <header class="page-header">
      <h1 id="page-title" tabIndex={-1}>
        {title}
      </h1>
      {children !== undefined && <div class="page-actions">{children}</div>}
    </header>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

interface FailureProps {
  readonly error: ControlFailure;
  readonly onRetry?: () => void;
}

export function Failure({ error, onRetry }: FailureProps) {
  return (
    <div class="notice notice-error" role="alert">
      <Icon name="warning" />
      <div>
        <p>{error.message}</p>
        {error.hint !== undefined && <p class="muted">{error.hint}</p>}
      </div>
      {onRetry !== undefined && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
