/** Options that several commands of {@code turnstone-loadtest} have, and what they tell. */
@NullMarked
package io.turnstone.loadtest.command;

import org.jspecify.annotations.NullMarked;
