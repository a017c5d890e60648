/** JSON (RFC 8259): what web services and token issuers write, read strictly, and what is answered to them. */
@NullMarked
package io.turnstone.protocol.json;

import org.jspecify.annotations.NullMarked;
