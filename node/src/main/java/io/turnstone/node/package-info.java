/** The server: composition root and command line. */
@NullMarked
package io.turnstone.node;

import org.jspecify.annotations.NullMarked;
