/// What every namespace and every role is given: service accounts, the root certificate, aggregated rules.
@NullMarked
package io.amphora.controllers.access;

import org.jspecify.annotations.NullMarked;
