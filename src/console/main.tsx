// The entry point of the page: applies the theme, reads the route, draws the shell.
import { render } from 'preact';
import './theme.css';
import './shell.css';
import './parts/parts.css';
import { App } from './app.tsx';
import { startEvents } from './events.ts';
import { startLiveSwitches } from './live-switches.ts';
import { startRouter } from './router.ts';
import { startShortcuts } from './shell/shortcuts.tsx';
import { startState } from './state.ts';
import { applyTheme } from './theme.ts';

applyTheme();
startRouter();
startState();
startLiveSwitches();
startEvents();
startShortcuts();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
