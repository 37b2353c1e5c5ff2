package io.mainstay.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.mainstay.it.OwnershipRules.areOwned;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.WireMessage;

/** The arrows between the modules, and what keeps the inside of them honest. */
@AnalyzeClasses(packages = "io.mainstay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String PROTOCOL = "io.mainstay.protocol..";
  private static final String PERSISTENCE = "io.mainstay.persistence..";
  private static final String ACTORS = "io.mainstay.actors..";
  private static final String RUNTIME = "io.mainstay.runtime..";
  private static final String CLIENT = "io.mainstay.client..";

  @ArchTest
  static final ArchRule protocolDependsOnNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PERSISTENCE, ACTORS, RUNTIME, CLIENT, "akka..", "scala..");

  @ArchTest
  static final ArchRule persistenceDoesNotLookUpOrSideways =
      noClasses()
          .that()
          .resideInAPackage(PERSISTENCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROTOCOL, ACTORS, RUNTIME, CLIENT);

  @ArchTest
  static final ArchRule actorsDoNotLookUp =
      noClasses()
          .that()
          .resideInAPackage(ACTORS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RUNTIME, CLIENT);

  @ArchTest
  static final ArchRule generatedCodecsStayInTheirModule =
      noClasses()
          .that()
          .resideOutsideOfPackage(PROTOCOL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.mainstay.protocol.codec..");

  @ArchTest
  static final ArchRule journaledAndWiredTypesAreRecordsOrEnumsOrSealed =
      classes().that().implement(CausedEvent.class).and().areNotInterfaces().should().beRecords();

  @ArchTest
  static final ArchRule nothingIsBothWiredAndJournaledAsAnEvent =
      noClasses()
          .that()
          .areAssignableTo(CausedEvent.class)
          .should()
          .beAssignableTo(WireMessage.class);

  @ArchTest
  static final ArchRule javaSerializationIsUnused =
      noClasses()
          .that()
          .resideInAPackage("io.mainstay..")
          .and()
          .areAssignableTo(JournalEvent.class)
          .should()
          .beAssignableTo(java.io.Externalizable.class);

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses().that().resideOutsideOfPackage(RUNTIME).should().accessField(System.class, "out");

  @ArchTest
  static final ArchRule ownedStateIsInTheCatalog =
      classes().that(areOwned()).should(OwnershipRules.beListed());

  @ArchTest
  static final ArchRule ownedStateIsWrittenByItsOwnerOnly =
      classes().that(areOwned()).should(OwnershipRules.beWrittenByTheirOwnerOnly());
}
