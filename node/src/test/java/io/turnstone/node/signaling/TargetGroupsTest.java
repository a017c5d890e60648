package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetGroupsTest {
    private static final FlowName FLOW = new FlowName(1, 1, SipTransport.WS);

    private static Binding binding(String contact, int quality, long registeredMs, String instance) {
        BindingId id = new BindingId(1, contact.hashCode());
        return new Binding(id, "bob@example.com", contact, quality, 99, registeredMs, "c", 1, instance, 0, "", FLOW,
            PushResource.NONE, 0);
    }

    private static List<List<String>> groups(int breadth, Binding... bindings) {
        return TargetGroups.of(List.of(bindings), breadth)
            .stream()
            .map(group -> group.stream().map(Target::requestUri).toList())
            .toList();
    }

    @Test
    void shouldGroupByPreference() {
        assertThat(
            groups(
                60,
                binding("a", 500, 1, ""),
                binding("b", 1000, 2, ""),
                binding("c", 500, 3, ""),
                binding("d", 0, 4, "")))
            .containsExactly(List.of("b"), List.of("c", "a"), List.of("d"));
    }

    @Test
    void shouldTryTheNewestFlowOfAnInstanceFirstAndTheOthersAlone() {
        assertThat(
            groups(
                60,
                binding("old", 1000, 1, "<x>"),
                binding("new", 1000, 3, "<x>"),
                binding("other", 1000, 2, "<y>"),
                binding("less", 500, 9, "<x>")))
            .containsExactly(
                List.of("new", "other"),
                List.of("old"),
                List.of("less"));
    }

    @Test
    void shouldMakeNoGroupLargerThanTheBreadth() {
        assertThat(groups(2, binding("a", 1000, 3, ""), binding("b", 1000, 2, ""), binding("c", 1000, 1, "")))
            .containsExactly(List.of("a", "b"), List.of("c"));
    }
}
