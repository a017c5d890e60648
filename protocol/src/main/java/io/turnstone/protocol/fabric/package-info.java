/** What one node puts before a payload that it hands to another node, and how that is authenticated. */
@NullMarked
package io.turnstone.protocol.fabric;

import org.jspecify.annotations.NullMarked;
