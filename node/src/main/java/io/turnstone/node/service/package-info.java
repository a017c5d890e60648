/** What services with threads of their own have in common: how they count, limit how often, and are told things. */
@NullMarked
package io.turnstone.node.service;

import org.jspecify.annotations.NullMarked;
