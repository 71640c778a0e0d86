// A page that is meant for paper: the button that prints it.
import './paper.css';

for (const button of document.querySelectorAll('[data-print]')) {
  button.addEventListener('click', () => window.print());
}
