/** What users are told of models beyond the list: details, verification, unloading. */
package io.mainstay.actors.model.report;
