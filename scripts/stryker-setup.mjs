import fc from 'fast-check'

/** A mutant is killed by the first counterexample; a smaller one would take most of the time. */
fc.configureGlobal({ endOnFailure: true })
