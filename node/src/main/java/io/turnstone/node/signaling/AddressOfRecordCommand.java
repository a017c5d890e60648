package io.turnstone.node.signaling;

/** What an {@link AddressOfRecord} can be asked to do. */
public sealed interface AddressOfRecordCommand {
    /** An authenticated REGISTER for it. */
    record Register(Registration registration) implements AddressOfRecordCommand {}

    /** A flow has failed: what is reached over it is not reached any more (RFC 5626 §5.3). */
    record FlowFailed(FlowName flow) implements AddressOfRecordCommand {}

    /** The push notification service does not know that resource any more: nobody can be woken by it. */
    record PushRefused(PushResource resource) implements AddressOfRecordCommand {}
}
