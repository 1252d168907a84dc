package dev.holdpoint;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/** Holds the table of rooms in ARCHITECTURE.md. */
class ArchitectureTest {

    private static final String ROOT = "dev.holdpoint.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.holdpoint");

    @Test
    void each_room_uses_only_what_the_table_allows() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("event")
                .definedBy(ROOT + "event..")
                .layer("journal")
                .definedBy(ROOT + "journal..")
                .layer("llm")
                .definedBy(ROOT + "llm..")
                .layer("sandbox")
                .definedBy(ROOT + "sandbox..")
                .layer("approval")
                .definedBy(ROOT + "approval..")
                .layer("tool")
                .definedBy(ROOT + "tool..")
                .layer("agent")
                .definedBy(ROOT + "agent..")
                .layer("api")
                .definedBy(ROOT + "api..")
                .layer("app")
                .definedBy(ROOT + "app..")
                .whereLayer("event")
                .mayNotAccessAnyLayer()
                .whereLayer("journal")
                .mayOnlyAccessLayers("event")
                .whereLayer("llm")
                .mayOnlyAccessLayers("event")
                .whereLayer("sandbox")
                .mayOnlyAccessLayers("event")
                .whereLayer("approval")
                .mayOnlyAccessLayers("event")
                .whereLayer("tool")
                .mayOnlyAccessLayers("event", "sandbox", "approval")
                .whereLayer("agent")
                .mayOnlyAccessLayers("event", "journal", "llm", "sandbox", "approval", "tool")
                .whereLayer("api")
                .mayOnlyAccessLayers("event", "journal", "sandbox", "agent")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .check(CLASSES);
    }

    @Test
    void the_core_is_plain_java() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "api..", ROOT + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "io.vertx..", "org.eclipse.microprofile..")
                .check(CLASSES);
    }

    @Test
    void mutiny_stays_in_llm_agent_and_api() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "llm..", ROOT + "agent..", ROOT + "api..", ROOT + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.smallrye.mutiny..")
                .check(CLASSES);
    }

    @Test
    void docker_java_stays_in_sandbox_docker() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "sandbox.docker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.dockerjava..")
                .check(CLASSES);
    }

    @Test
    void sql_stays_in_journal() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "journal..", ROOT + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(CLASSES);
    }

    @Test
    void processes_stay_in_sandbox() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "sandbox..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class, Process.class)
                .check(CLASSES);
    }

    @Test
    void only_approval_makes_an_approved_call() {
        classes()
                .that()
                .haveSimpleName("ApprovedCall")
                .should(new PackagePrivateConstructors())
                .check(CLASSES);
    }

    @Test
    void there_is_no_junk_drawer() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..impl..", "..manager..", "..helper..")
                .check(CLASSES);
    }
}
