import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('operate');
if (root) render(<App />, root);
