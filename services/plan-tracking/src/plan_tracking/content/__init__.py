"""What plans start from and what they are checked against: templates and wording, in zh-CN and en."""
