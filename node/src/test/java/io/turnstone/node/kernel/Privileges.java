package io.turnstone.node.kernel;

import java.io.IOException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What tests of the kernel's part need; without it they are skipped, or fail where {@code turnstone.interop=required}. */
final class Privileges {
    private Privileges() {}

    static LoadedProgram load(KernelCalls calls) throws IOException {
        try {
            return LoadedProgram.load(calls, LoadedProgram.Hook.INGRESS, ProgramObject.forwarding(), null);
        } catch (IOException failed) {
            missing(failed.toString());
            throw failed;
        }
    }

    static void missing(String what) {
        if ("required".equals(System.getProperty("turnstone.interop"))) {
            Assertions.fail(what);
        }
        Assumptions.abort(what);
    }
}
