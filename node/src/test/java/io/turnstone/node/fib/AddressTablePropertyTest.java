package io.turnstone.node.fib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AddressTablePropertyTest {
    private static final int STEPS = 5_000;
    private static final long STRESS_NS = 300_000_000L;

    private record Key(long high, long low, int port, int qualifier) {
        static Key of(int number) {
            return new Key(number % 3, 0xFFFF_0A00_0000L + number / 7, number % 65_536, number % 5 - 1);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldHoldWhatAHashMapHolds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int keys = 1 + random.nextInt(400);
        AddressTable<Integer> table = new AddressTable<>();
        Map<Key, Integer> model = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            Key key = Key.of(random.nextInt(keys));
            if (random.nextInt(5) < 2) {
                assertThat(table.remove(key.high, key.low, key.port, key.qualifier)).isEqualTo(model.remove(key));
            } else {
                table.put(key.high, key.low, key.port, key.qualifier, step);
                model.put(key, step);
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        for (int number = 0; number < keys; number++) {
            Key key = Key.of(number);
            assertThat(table.get(key.high, key.low, key.port, key.qualifier)).isEqualTo(model.get(key));
        }
    }

    static LongStream stressSeeds() {
        return LongStream.range(0, 3);
    }

    /**
     * Each value is its key, so a reader that sees any other has seen a torn slot; what is never removed is always
     * seen.
     */
    @Timeout(30)
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("stressSeeds")
    void shouldNeverShowAReaderAnotherKeysValue(long seed) throws InterruptedException {
        int keys = 300;
        int keptBelow = 50;
        AddressTable<Key> table = new AddressTable<>();
        for (int number = 0; number < keptBelow; number++) {
            put(table, Key.of(number));
        }
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        Thread reader = Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            while (!stop.get()) {
                int number = random.nextInt(keys);
                Key key = Key.of(number);
                Key seen = table.get(key.high, key.low, key.port, key.qualifier);
                boolean lost = seen == null && number < keptBelow;
                if (lost || (seen != null && !seen.equals(key))) {
                    wrong.incrementAndGet();
                }
                reads.incrementAndGet();
            }
        });
        churn(table, new SplittableRandom(~seed), keptBelow, keys);
        stop.set(true);
        reader.join();
        assertThat(wrong).hasValue(0);
        assertThat(reads.get()).isPositive();
    }

    private static void churn(AddressTable<Key> table, SplittableRandom random, int from, int to) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < STRESS_NS) {
            Key key = Key.of(random.nextInt(from, to));
            if (random.nextBoolean()) {
                put(table, key);
            } else {
                table.remove(key.high, key.low, key.port, key.qualifier);
            }
        }
    }

    private static void put(AddressTable<Key> table, Key key) {
        table.put(key.high, key.low, key.port, key.qualifier, key);
    }
}
