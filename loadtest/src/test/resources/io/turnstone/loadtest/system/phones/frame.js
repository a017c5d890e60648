// The document of one phone, for the page that it is shown in.
import { LIBRARIES } from './libraries.js';

window.LIBRARIES = LIBRARIES;
