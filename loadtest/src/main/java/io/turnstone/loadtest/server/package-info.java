/** Real server processes on this machine: started on free ports, watched from outside, always stopped. */
@NullMarked
package io.turnstone.loadtest.server;

import org.jspecify.annotations.NullMarked;
