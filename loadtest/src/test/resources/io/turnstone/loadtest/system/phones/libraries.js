// The SIP libraries by the names that tests give them.
import { JsSipPhone } from './jssip-phone.js';
import { SipJsPhone } from './sipjs-phone.js';

export const LIBRARIES = { SIP_JS: SipJsPhone, JSSIP: JsSipPhone };
