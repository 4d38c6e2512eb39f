/// What every namespace is given: a service account, and the cluster's CA.
@NullMarked
package io.amphora.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
