/** {@code turnstone demo}: a cluster of node processes on this machine and a page to call yourself through it. */
@NullMarked
package io.turnstone.node.demo;

import org.jspecify.annotations.NullMarked;
