"""What messages say, in zh-CN and en."""
