/** Options that several commands of {@code turnstone-loadtest} have. */
@NullMarked
package io.turnstone.loadtest.command;

import org.jspecify.annotations.NullMarked;
