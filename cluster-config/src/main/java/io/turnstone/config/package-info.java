/** What can be set and what it means. */
@NullMarked
package io.turnstone.config;

import org.jspecify.annotations.NullMarked;
