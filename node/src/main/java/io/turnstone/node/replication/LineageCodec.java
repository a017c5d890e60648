package io.turnstone.node.replication;

import io.turnstone.protocol.wire.RecordVersion;
import java.util.ArrayList;
import java.util.List;

/** Versions and lineages as messages between nodes have them, whatever the record. Stateless, any thread. */
public final class LineageCodec {
    private LineageCodec() {}

    public static RecordVersion wire(Version version) {
        return RecordVersion.newBuilder()
            .setTerm(version.term())
            .setVersion(version.version())
            .setOwner(version.owner())
            .build();
    }

    public static Version read(RecordVersion wire) {
        return new Version(wire.getTerm(), wire.getVersion(), wire.getOwner());
    }

    /** Without streams: a node that joins reads all records before its code is compiled, and they are slow then. */
    public static Lineage read(RecordVersion version, List<RecordVersion> ancestors) {
        List<Version> read = new ArrayList<>(ancestors.size());
        for (RecordVersion ancestor : ancestors) {
            read.add(read(ancestor));
        }
        return new Lineage(read(version), read);
    }
}
