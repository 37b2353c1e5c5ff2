package io.mainstay.protocol.ownership;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares which fields of shared state the annotated type holds, and whose they are. Each field of
 * {@code mainstay.ownership} is declared exactly once; only the owner's own packages may make a new
 * value of the type, which the architecture test holds.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(OwnedStates.class)
public @interface Owned {
  /** Who alone may change it. */
  Side side();

  /** Whose business it is. */
  StateDomain domain();

  /** Group of fields, as the catalog names it, such as {@code device_registry}. */
  String group();

  /** Fields of that group, as the catalog names them. */
  String[] fields();

  /** The record that keeps it, where that lives in a module below; the annotated type if none. */
  Class<?> held() default void.class;

  /** What a reader would not expect; empty if nothing. */
  String note() default "";
}
