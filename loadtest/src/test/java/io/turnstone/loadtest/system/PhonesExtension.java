package io.turnstone.loadtest.system;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives the tests of a class and those nested in it one {@link PhoneBench}; nodes and browsers end with the class, its phones with each test. */
final class PhonesExtension implements BeforeAllCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PhonesExtension.class);

    /** Of the outermost class; what is put into the store is closed after it, also if what follows fails. */
    @Override
    public void beforeAll(ExtensionContext context) {
        Store store = context.getStore(NAMESPACE);
        if (store.get(PhoneBench.class) == null) {
            SipNodes nodes = SipNodes.three();
            store.put(SipNodes.class, nodes);
            store.put(PhoneBench.class, new PhoneBench(nodes));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        bench(context).clear();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PhoneBench.class;
    }

    @Override
    public PhoneBench resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return bench(context);
    }

    private static PhoneBench bench(ExtensionContext context) {
        PhoneBench bench = context.getStore(NAMESPACE).get(PhoneBench.class, PhoneBench.class);
        if (bench == null) {
            throw new AssertionError("used without beforeAll");
        }
        return bench;
    }
}
