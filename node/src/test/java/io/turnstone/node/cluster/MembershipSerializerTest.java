package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.NotSerializableException;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.Test;

class MembershipSerializerTest {
    private final MembershipSerializer serializer = new MembershipSerializer();
    private final MembershipActor.Introduction introduction = new MembershipActor.Introduction(
        new UniqueAddress(AddressFromURIString.parse("pekko://turnstone@relay-1.example:25520"), -7L),
        TestMember.descriptor(-1, "relay-1.example:25520", 3),
        true);

    @Test
    void shouldReadWhatItWrote() throws NotSerializableException {
        byte[] bytes = serializer.toBinary(introduction);

        assertThat(serializer.fromBinary(bytes, serializer.manifest(introduction))).isEqualTo(introduction);
    }

    @Test
    void shouldNameAManifestThatItDoesNotKnow() {
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "Introduction.9"))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("'Introduction.9' is not known here, only 'Introduction.1'");
    }

    @Test
    void shouldSayWhatCannotBeRead() {
        assertThatThrownBy(() -> serializer.fromBinary(new byte[]{1, 2, 3}, MembershipSerializer.INTRODUCTION))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("'Introduction.1' cannot be read");
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], MembershipSerializer.INTRODUCTION))
            .isInstanceOf(NotSerializableException.class);
    }
}
