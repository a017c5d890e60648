package io.turnstone.node.session;

/** The sharded sessions, whichever node they are on. Any thread. Supplied by the cluster. */
public interface Sessions {
    /** None at all: what they are told is forgotten. */
    Sessions NONE = new Sessions() {
        @Override
        public void tell(SessionName name, SessionCommand.Telling command) {}

        @Override
        public void handOn(SessionName name, SessionCommand.Telling state) {}

        @Override
        public void tellNode(long incarnation, SessionNotice notice) {}

        @Override
        public void tellAllNodes(SessionNotice notice) {}
    };

    /** Delivers a command at most once, and returns at once. A session that nobody has told of begins to be. */
    void tell(SessionName name, SessionCommand.Telling command);

    /** Tells a session what it knew on this node, once its shard has another; nothing where no other node may have it. */
    void handOn(SessionName name, SessionCommand.Telling state);

    /** Delivers a notice to a node, at most once; it is dropped if that is no member. */
    void tellNode(long incarnation, SessionNotice notice);

    /** Delivers a notice to every member, this node too, at most once. */
    void tellAllNodes(SessionNotice notice);
}
