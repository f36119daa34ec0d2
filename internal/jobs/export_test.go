package jobs

// Reindexed is for tests in package jobs_test, which may import storetest.
var Reindexed = reindexed
