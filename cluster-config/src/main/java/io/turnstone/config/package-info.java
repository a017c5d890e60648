/** What can be set and what it means: typed settings bound from {@code reference.conf}, which is the manual. */
@NullMarked
package io.turnstone.config;

import org.jspecify.annotations.NullMarked;
