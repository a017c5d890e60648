package io.turnstone.node.signaling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the targets of a request are found (RFC 3261 §16.5). Immutable, any thread.
 *
 * @param query what to ask for
 * @param kind what of the answer counts
 * @param temporary the temporary GRUU that was dialled, of {@link Kind#TEMPORARY_GRUU}
 * @param urn the instance that was dialled, of {@link Kind#PUBLIC_GRUU}
 * @param noneStatus what is answered if nothing is found
 */
record Search(LocationQuery query, Kind kind, Gruus.@Nullable Temporary temporary, String urn, int noneStatus) {
    enum Kind {
        /** Every binding, dialled by its contact. */
        ALL,
        /** The bindings of one instance. */
        PUBLIC_GRUU,
        /** The binding that the GRUU was made for, while it is valid. */
        TEMPORARY_GRUU,
        /** A side of a dialog, dialled by what the other side calls it. */
        DIALOG,
        /** A side of a dialog, dialled by a GRUU. */
        DIALOG_BY_GRUU
    }

    static Search all(LocationQuery query, int noneStatus) {
        return new Search(query, Kind.ALL, null, "", noneStatus);
    }

    static Search publicGruu(String addressOfRecord, String urn) {
        return new Search(
            new LocationQuery.OfAddress(addressOfRecord),
            Kind.PUBLIC_GRUU,
            null,
            urn,
            Responses.TEMPORARILY_UNAVAILABLE);
    }

    static Search temporaryGruu(Gruus.Temporary gruu) {
        return new Search(
            new LocationQuery.OfBinding(gruu.binding()),
            Kind.TEMPORARY_GRUU,
            gruu,
            "",
            Responses.TEMPORARILY_UNAVAILABLE);
    }

    static Search dialog(BindingId side, boolean byGruu) {
        return new Search(
            new LocationQuery.OfBinding(side),
            byGruu ? Kind.DIALOG_BY_GRUU : Kind.DIALOG,
            null,
            "",
            Responses.TEMPORARILY_UNAVAILABLE);
    }

    /** What of the bindings counts. */
    List<Binding> select(List<Binding> bindings, Gruus gruus) {
        Gruus.Temporary gruu = temporary;
        return switch (kind) {
            case ALL, DIALOG, DIALOG_BY_GRUU -> bindings;
            case PUBLIC_GRUU -> bindings.stream().filter(binding -> Gruus.isMeant(urn, binding)).toList();
            case TEMPORARY_GRUU ->
                bindings.stream().filter(binding -> gruu != null && gruus.isMeant(gruu, binding)).toList();
        };
    }

    /** Whether the target is known by a dialog and not by a contact. */
    boolean isDialog() {
        return kind == Kind.DIALOG || kind == Kind.DIALOG_BY_GRUU;
    }
}
