/** Workflow templates: what users may ask for by name, and the check of their parameters. Pure. */
package io.mainstay.actors.processing.template;
