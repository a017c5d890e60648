/** System tests: real processes, real sockets, real clients. Each stops what it starts and keeps its logs in target. */
@NullMarked
package io.turnstone.loadtest.system;

import org.jspecify.annotations.NullMarked;
