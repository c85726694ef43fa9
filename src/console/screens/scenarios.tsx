// The scenarios: what each does and where it is written, which are enabled, and an editor for their files.
import './scenarios.css';
import type { ScreenProps } from '../parts/page.tsx';
import { ScenarioEditor } from './scenarios/editor.tsx';
import { ScenarioList } from './scenarios/list.tsx';
import { NewScenarioEditor } from './scenarios/new-editor.tsx';
import { NEW_SCENARIO } from './scenarios/new-scenario.ts';

export function ScenariosScreen({ segments: [id] }: ScreenProps) {
  if (id === undefined) return <ScenarioList />;
  return id === NEW_SCENARIO ? <NewScenarioEditor /> : <ScenarioEditor key={id} id={id} />;
}
