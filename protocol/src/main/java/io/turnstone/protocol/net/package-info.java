/** Network addresses as fixed-width keys: IPv4 is carried as v4-mapped IPv6, so the packet path knows one family. */
@NullMarked
package io.turnstone.protocol.net;

import org.jspecify.annotations.NullMarked;
