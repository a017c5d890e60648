package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.turnstone.node.transport.Niceness;
import io.turnstone.node.transport.ThreadPriority;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class RaisedThreadsTest {
    private static final List<String> DISPATCHERS = List.of("pekko.actor.default-dispatcher",
        "pekko.actor.internal-dispatcher", "pekko.remote.default-remote-dispatcher");

    private record Ran(String thread, int nice) {}

    private final ActorSystem system = ActorSystem.create("raised", ConfigFactory
        .parseResources("turnstone-pekko.conf")
        .withValue("pekko.actor.provider", ConfigFactory.parseString("it = local").getValue("it"))
        .withFallback(ConfigFactory.load()));

    @AfterEach
    void terminate() {
        system.terminate();
    }

    @Test
    void shouldRaiseTheThreadsOfEveryDispatcher() throws Exception {
        int ordinary = ran(Runnable::run).nice();
        Executor newThread = task -> Thread.ofPlatform().start(task);
        int raised = CompletableFuture.supplyAsync(ThreadPriority.ACTORS::raise, newThread).get() ? -5 : ordinary;
        for (String name : DISPATCHERS) {
            Ran there = ran(system.dispatchers().lookup(name));
            assertThat(there.nice()).as(name).isEqualTo(raised);
            assertThat(there.thread()).startsWith("raised-" + name + "-");
        }
    }

    private static Ran ran(Executor executor) throws Exception {
        CompletableFuture<Ran> ran = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                ran.complete(new Ran(Thread.currentThread().getName(), Niceness.ofThisThread()));
            } catch (Exception failed) {
                ran.completeExceptionally(failed);
            }
        });
        return ran.get(10, TimeUnit.SECONDS);
    }
}
