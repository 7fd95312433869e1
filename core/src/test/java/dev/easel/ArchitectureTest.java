package dev.easel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the module graph cannot say. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.easel");

  @Test
  void featuresDoNotSeeTheBot() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.easel.bot")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.easel.bot")
        .check(CORE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.easel.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void seamsKnowOnlyTheJdkAndThemselves() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.easel.bot")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml..")
        .check(CORE);
  }
}
