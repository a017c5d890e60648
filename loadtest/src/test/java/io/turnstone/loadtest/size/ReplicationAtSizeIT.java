package io.turnstone.loadtest.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.size.Point.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every node gets every route: quickly enough, cheaply enough, also a node that comes later. */
class ReplicationAtSizeIT {
    private static final double LAG_P99_MS_MAX = 50;
    private static final int RATE = 500;

    @Test
    @Tag("full")
    @Tag("size")
    @Timeout(900)
    void shouldReplicateAHundredThousandRoutes() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "size").toAbsolutePath());
        List<Point> points = new ArrayList<>();
        for (int allocations : new int[]{1_000, 10_000, 100_000}) {
            Point point = ReplicationAtSize.MEASUREMENT.run(allocations, directory);
            points.add(point);
            ReplicationAtSize.write(directory, points);
            String table = SizeReport.table(points);
            Load load = point.loads().getFirst();
            assertThat(load.failed()).as(table).isZero();
            assertThat(load.perSecond()).as(table).isGreaterThan(0.98 * RATE);
            assertThat(load.lagP99Ms()).as(table).isLessThanOrEqualTo(LAG_P99_MS_MAX);
            assertThat(point.join().syncSeconds()).as(table).isFinite();
            assertThat(point.highest()).as(table).isPresent();
        }
    }
}
