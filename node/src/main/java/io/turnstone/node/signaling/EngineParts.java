package io.turnstone.node.signaling;

/** What the parts of an engine share. One thread, the engine's. */
record EngineParts(
    Transactions transactions, TransactionNames names, Requests requests, Responses responses,
    FlowBindings flowBindings, RingingBranches ringing,
    HeldRequests held, Absentees absentees, Gruus gruus, Calls calls, SipCounters counters) {}
