/** The load generator and measuring client. */
@NullMarked
package io.turnstone.loadtest;

import org.jspecify.annotations.NullMarked;
