package io.turnstone.loadtest.size;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Three nodes on this machine hold more and more allocations whose routes change at 500 to 2,000 a second. Arguments: the
 * directory that gets {@code size.md}, {@code size.json}, {@code size.svg} and the nodes' logs, then the numbers of
 * allocations, rising.
 */
public final class ReplicationAtSize {
    static final Measurement MEASUREMENT = new Measurement(
        60_000, 6, 10, List.of(500, 1_000, 1_500, 2_000), "-Xms2g -Xmx2g -XX:+AlwaysPreTouch");

    private ReplicationAtSize() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        List<Point> points = new ArrayList<>();
        for (String allocations : Arrays.asList(arguments).subList(1, arguments.length)) {
            points.add(MEASUREMENT.run(Integer.parseInt(allocations), directory));
            write(directory, points);
        }
    }

    static void write(Path directory, List<Point> points) throws IOException {
        Files.writeString(directory.resolve("size.md"), SizeReport.table(points));
        Files.writeString(directory.resolve("size.json"), SizeReport.json(points));
        Files.writeString(directory.resolve("size.svg"), SizePlot.svg(points));
    }
}
