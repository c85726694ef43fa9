// Says that the server does not answer, and that the page goes on when it does again.
import { connection, reconnectNow } from '../events.ts';
import { Icon } from '../parts/icon.tsx';

export function ConnectionBanner() {
  return (
    <div role="status">
      {connection.value === 'lost' && (
        <div class="notice notice-warning">
          <Icon name="warning" />
          <p>The server does not answer. What you see may be old; the page goes on as soon as it is back.</p>
          <button type="button" class="button" onClick={reconnectNow}>
            <Icon name="retry" />
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
