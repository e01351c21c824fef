extern long level;
