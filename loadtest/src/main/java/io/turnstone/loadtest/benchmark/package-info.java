/**
 * What the packet path costs by itself, measured with JMH and without sockets. To run one:
 *
 * <pre>
 * mvn -q -pl loadtest -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
 *     -cp loadtest/target/classes:$(cat loadtest/target/classpath) org.openjdk.jmh.Main PacketPathBenchmark -prof gc
 * </pre>
 */
@NullMarked
package io.turnstone.loadtest.benchmark;

import org.jspecify.annotations.NullMarked;
