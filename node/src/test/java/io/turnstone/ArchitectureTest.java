package io.turnstone;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The import table: who may use whom. Everything that a row does not list is forbidden. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.turnstone");
    private static final int CLASSES_AT_LEAST = 100;

    private static final String TRANSPORT = "node.transport";
    private static final String STREAM = "node.transport.stream";
    private static final String AUTH = "node.auth";
    private static final String FIB = "node.fib";
    private static final String PUNT = "node.punt";
    private static final String FABRIC = "node.fabric";
    private static final String FORWARDING = "node.forwarding";
    private static final String REPLICATION = "node.replication";
    private static final String RIB = "node.rib";
    private static final String ALLOCATION = "node.allocation";
    private static final String SIGNALING = "node.signaling";
    private static final String SESSION = "node.session";
    private static final String ROOMS = "node.rooms";
    private static final String SERVICE = "node.service";
    private static final String CLUSTER = "node.cluster";
    private static final String NET = "protocol.net";
    private static final String STUN = "protocol.stun";
    private static final String TURN = "protocol.turn";
    private static final String SIP = "protocol.sip";
    private static final String JSON = "protocol.json";
    private static final String FABRIC_CODEC = "protocol.fabric";
    private static final String WIRE = "protocol.wire";
    private static final String AGRONA = "org.agrona..";
    private static final String FOREIGN = "java.lang.foreign..";
    private static final String CRYPTO = "javax.crypto..";
    private static final String PEKKO = "org.apache.pekko..";
    private static final String PROTOBUF = "com.google.protobuf..";
    private static final String AERON = "io.aeron..";
    private static final String CONFIG = "com.typesafe.config..";
    private static final String PROMETHEUS = "io.prometheus..";

    /** One row of the table: a package, the own packages it may use, and the third-party ones. */
    record Row(String name, List<String> own, List<String> thirdParty) {
        private DescribedPredicate<JavaClass> allowed() {
            List<String> packages = new ArrayList<>(thirdParty);
            packages.add("io.turnstone." + name);
            own.forEach(each -> packages.add("io.turnstone." + each));
            packages.add("org.jspecify..");
            if (name.startsWith("node.")) {
                packages.add("io.turnstone.config");
            }
            if (!name.equals(FIB) && name.startsWith("node.")) {
                packages.add("org.slf4j..");
            }
            if (thirdParty.contains(PEKKO)) {
                packages.add("scala..");
            }
            DescribedPredicate<JavaClass> java = resideInAPackage("java..").and(not(resideInAPackage(FOREIGN)))
                .or(PRIMITIVES);
            return java.or(resideInAnyPackage(packages.toArray(new String[0]))).as("a package of its row");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        return List.of(
            new Row("protocol.net", List.of(), List.of(AGRONA)),
            new Row("protocol.stun", List.of(NET), List.of(AGRONA, CRYPTO)),
            new Row("protocol.turn", List.of(NET, STUN), List.of(AGRONA, CRYPTO)),
            new Row("protocol.fabric", List.of(NET), List.of(AGRONA, CRYPTO)),
            new Row("protocol.sip", List.of(NET), List.of(AGRONA)),
            new Row(JSON, List.of(), List.of()),
            new Row("protocol.wire", List.of(), List.of(PROTOBUF)),
            new Row("config", List.of(), List.of(CONFIG)),
            new Row("node.transport", List.of(NET), List.of(AGRONA, FOREIGN, "jdk.net")),
            new Row(STREAM, List.of(TRANSPORT, NET), List.of(AGRONA, "io.netty..")),
            new Row(SERVICE, List.of(), List.of(AGRONA)),
            new Row("node.kernel", List.of(NET, FIB), List.of(AGRONA, FOREIGN)),
            new Row("node.auth", List.of(NET, STUN, SIP, JSON), List.of(AGRONA, CRYPTO)),
            new Row("node.fib", List.of(NET), List.of(AGRONA)),
            new Row("node.punt", List.of(NET), List.of(AGRONA)),
            new Row("node.fabric", List.of(TRANSPORT, AUTH, NET, FABRIC_CODEC), List.of(AERON, AGRONA)),
            new Row(
                "node.forwarding",
                List.of(TRANSPORT, FIB, PUNT, FABRIC, AUTH, NET, STUN, TURN, FABRIC_CODEC),
                List.of(AGRONA)),
            new Row("node.replication", List.of(FABRIC, NET, WIRE), List.of(AGRONA, PROTOBUF)),
            new Row("node.rib", List.of(FIB, PUNT, REPLICATION, NET, WIRE), List.of(AGRONA, PROTOBUF)),
            new Row(
                "node.allocation",
                List.of(RIB, REPLICATION, PUNT, AUTH, NET, STUN, TURN),
                List.of(AGRONA, PEKKO)),
            new Row(SESSION, List.of(ROOMS), List.of(PEKKO)),
            new Row(SIGNALING, List.of(TRANSPORT, STREAM, REPLICATION, SESSION, SERVICE, AUTH, NET, STUN, SIP, WIRE),
                List.of(AGRONA, PROTOBUF)),
            new Row(ROOMS, List.of(STREAM, SERVICE, AUTH, JSON), List.of(AGRONA, CRYPTO)),
            new Row(
                "node.cluster",
                List.of(TRANSPORT, ALLOCATION, SESSION, ROOMS, RIB, REPLICATION, FABRIC, NET, STUN, TURN, WIRE),
                List.of(PEKKO, PROTOBUF, CONFIG)),
            new Row(
                "node.operations",
                List.of(
                    ALLOCATION, SESSION, CLUSTER, FORWARDING, RIB, REPLICATION, FABRIC, TRANSPORT, FIB, PUNT, AUTH, NET,
                    JSON),
                List.of(AGRONA, PEKKO, PROMETHEUS, CONFIG, "com.sun.management")),
            new Row("node.doors", List.of(SERVICE, AUTH, JSON), List.of(PEKKO, CONFIG)),
            new Row("node.demo", List.of("node", NET), List.of("picocli..", "com.sun.net.httpserver")));
    }

    private static final DescribedPredicate<JavaClass> PRIMITIVES = describe("primitives and their arrays",
        type -> type.isPrimitive() || type.getBaseComponentType().isPrimitive());

    private static final DescribedPredicate<JavaClass> ACTORS = describe("actors or nested in one",
        type -> outermost(type).getSimpleName().endsWith("Actor"));

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @Test
    void shouldHaveSomethingToCheck() {
        assertThat(CLASSES).hasSizeGreaterThan(CLASSES_AT_LEAST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldOnlyUseWhatItsRowAllows(Row row) {
        classes().that()
            .resideInAPackage("io.turnstone." + row.name)
            .should()
            .onlyDependOnClassesThat(row.allowed())
            .check(CLASSES);
    }

    @Test
    void shouldHaveARowForEveryPackage() {
        List<String> withoutRow = CLASSES.stream()
            .map(JavaClass::getPackageName)
            .distinct()
            .filter(name -> !name.equals("io.turnstone.node"))
            .filter(
                name -> rows().stream().noneMatch(row -> name.equals("io.turnstone." + row.name)))
            .toList();
        assertThat(withoutRow).isEmpty();
    }

    @Test
    void shouldKeepPekkoInsideActors() {
        noClasses().that()
            .resideInAnyPackage("io.turnstone.node.allocation", "io.turnstone.node.session")
            .and(not(ACTORS))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PEKKO, "scala..")
            .check(CLASSES);
    }

    @Test
    void shouldTakeOnlyWhatIsNamedFromAPackage() {
        noClasses().that()
            .resideInAPackage("io.turnstone.node.fabric")
            .should()
            .dependOnClassesThat(areIn(AUTH, "ClusterKeys"))
            .orShould()
            .dependOnClassesThat(
                areIn(TRANSPORT, "BatchReceiver", "BatchSender", "ChannelDescriptor", "DatagramIo", "EpollSet"))
            .check(CLASSES);
        noClasses().that()
            .resideInAPackage("io.turnstone.node.forwarding")
            .should()
            .dependOnClassesThat(areIn(AUTH, "ClusterKeys", "Nonces"))
            .check(CLASSES);
        noClasses().that()
            .resideInAPackage("io.turnstone.node.allocation")
            .should()
            .dependOnClassesThat(areIn(REPLICATION, "Version", "Lineage"))
            .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> areIn(String packageName, String... except) {
        return describe(
            "are in " + packageName + " and none of " + List.of(except),
            type -> type.getPackageName().equals("io.turnstone." + packageName)
                && !List.of(except).contains(outermost(type).getSimpleName()));
    }

    @Test
    void shouldTakeTheTimeAsAnArgument() {
        noClasses().that()
            .resideInAnyPackage(
                "io.turnstone.protocol..",
                "io.turnstone.node.auth",
                "io.turnstone.node.fib",
                "io.turnstone.node.punt",
                "io.turnstone.node.forwarding",
                "io.turnstone.node.replication",
                "io.turnstone.node.rib",
                "io.turnstone.node.allocation",
                "io.turnstone.node.session",
                "io.turnstone.node.signaling",
                "io.turnstone.node.rooms",
                "io.turnstone.node.doors")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .check(CLASSES);
    }

    @Test
    void shouldBeFreeOfCycles() {
        slices().matching("io.turnstone.(node.*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching("io.turnstone.(protocol.*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
