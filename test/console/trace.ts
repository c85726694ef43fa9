// Measures what scrolling costs, from the trace of the browser.
import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds on the processor. On a busy machine the clock also counts what other programs do. */
interface TaskTimes {
  readonly count: number;
  /** The fifth longest task: up to four are taken for garbage collections, and every measured action has more steps than that. */
  readonly repeated: number;
}

/** The tasks of the thread that draws the page, while `action` runs. A frame waits for its task. */
export async function measureTasks(page: Page, action: () => Promise<void>): Promise<TaskTimes> {
  const cdp = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', 'toplevel', '__metadata'] },
  });
  await action();
  const complete = new Promise(resolve => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  const mains = events
    .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid} ${tid}`);
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && /RunTask/.test(name) && mains.includes(`${pid} ${tid}`),
  );
  const times = tasks.map(({ tdur = 0 }) => tdur / 1000).sort((left, right) => right - left);
  return { count: tasks.length, repeated: times[4] ?? 0 };
}
