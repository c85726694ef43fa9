// The screen "Operations": what each operation answers and why, what was tried, and one operation with a request to try.
import type { ScreenProps } from '../parts/page.tsx';
import './operations/operations.css';
import { OperationOverview } from './operations/operation-overview.tsx';
import { OperationPage } from './operations/operation-page.tsx';

export function OperationsScreen({ segments }: ScreenProps) {
  const [api, ...id] = segments;
  return api === undefined ? <OperationOverview /> : <OperationPage api={api} id={id.join('/')} />;
}
